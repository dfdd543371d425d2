"""How fast is the product, and how much memory does it take, against a peer or a raw limit in the same run?"""
