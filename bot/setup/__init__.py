"""Sets up a lab: what is asked, what has to hold before anything is written, and the files that are made of it."""
