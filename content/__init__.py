"""What can be cited: files of a folder in, documents and passages out. Imports nothing of ours."""
