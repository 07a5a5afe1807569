"""Tables and models of the package; each says in its header where it comes from."""
