"""Which channels are in use: the folder and the page always, the others once they are set up."""

from wres.intake.channel import Channel
from wres.intake.folder_channel import FolderChannel
from wres.intake.web_channel import WebChannel
from wres.settings import Settings


def channels_in_use(settings: Settings, current_year: int | None = None) -> list[Channel]:
    """The channels of these settings. Nothing is connected yet: what is wrong with one shows when it is used.

    What a sender does not address to a collection year belongs to `current_year`.

    A home that holds a simulated collection has the folder and the page only: a demonstration must never take a real
    return.
    """
    channels: list[Channel] = [FolderChannel(settings), WebChannel()]
    if settings.simulated:
        return channels
    if settings.s3_url:
        from wres.intake.s3_channel import S3Channel

        channels.append(S3Channel(settings))
    if settings.mesh_url:
        from wres.intake.mesh_channel import MeshChannel

        channels.append(MeshChannel(settings, current_year))
    return channels
