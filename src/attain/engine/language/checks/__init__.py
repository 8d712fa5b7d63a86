"""What must hold of a document whose form is right: one file per check, each a function from documents to
problems. Places come from the parts, never from text."""
