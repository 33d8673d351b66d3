"""OurAirports: airports and helipads of the world, kept by volunteers."""
