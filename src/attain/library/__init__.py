"""Complete documents to start from. `plans/` holds one plan for each usual way to pay, each with its tests;
no code lives here. What a company really pays stands in documents of its own."""
