"""Which releases are there, and where is the newest? Pages, a feed and an API as files beside all official releases."""
