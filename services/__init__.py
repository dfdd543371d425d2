"""Which verbs does the product offer, free of web, queue and database frameworks?"""
