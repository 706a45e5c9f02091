"""How the tree is deployed and configured: infrastructure, CI, environment."""
