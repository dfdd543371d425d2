"""What do all parts of the engine share: errors, registries, units, frames, forms and canonical JSON?"""
