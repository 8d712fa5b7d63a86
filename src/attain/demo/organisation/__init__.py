"""The demo's sales organisation: seats and who reports to whom, the people who hold them over two
years, their leaves, and the territories they own. It knows nothing of deals or pay."""
