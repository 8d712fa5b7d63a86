"""The language reference: pages made from the models, their texts and the examples beside this file.
`python -m attain.engine.language.reference FOLDER` writes them. Nothing else reads it."""
