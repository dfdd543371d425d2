"""How are secrets kept so that the database alone does not give them away?"""
