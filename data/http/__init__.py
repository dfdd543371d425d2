"""How does the product speak to servers that it does not own, without trusting them with time, memory or addresses?"""
