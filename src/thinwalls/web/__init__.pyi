from .answers.service import (
    Service as Service,
)
from .app import (
    create_app as create_app,
)
from .static_site import (
    DEFAULT_SCENARIOS as DEFAULT_SCENARIOS,
    Site as Site,
)
