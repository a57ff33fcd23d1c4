"""python -m bot"""
