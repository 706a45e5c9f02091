"""What calls cost, what caps them, and who watches the bill."""
