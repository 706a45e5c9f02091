"""What a name, an expression or an import stands for, through the files of the tree."""
