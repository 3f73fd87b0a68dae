"""Pages of the whole site: health, robots, media, error pages, first-run set-up."""
