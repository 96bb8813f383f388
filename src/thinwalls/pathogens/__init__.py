"""pathogens"""
