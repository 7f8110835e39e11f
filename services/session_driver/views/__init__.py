"""What people see of the terminals, and type into them."""
