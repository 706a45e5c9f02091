from .indexing import *
from .writing import *
