"""The tree: git, listing and reading, behind boundaries that make a stranger's tree safe to open."""
