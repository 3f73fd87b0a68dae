from posts.models.address import FormerAddress, MissingAddress
from posts.models.authorship import Authorship
from posts.models.autosave import Autosave
from posts.models.image import Image
from posts.models.imported import ImportedPost
from posts.models.invited import Answer, CoAuthorInvitation, SeriesInvitation
from posts.models.listing import DayCount, Kind, Listing, MonthCount
from posts.models.mention import PictureMention
from posts.models.note import Note
from posts.models.pending import PendingChange
from posts.models.post import Post, Visibility
from posts.models.presence import Presence
from posts.models.related import PostTerm, RelatedPost, RelatedTag, RelatingWork
from posts.models.replacing import FormerPicture
from posts.models.review import Review, Verdict
from posts.models.revision import Cause, Revision
from posts.models.series import Series, SeriesEntry
from posts.models.share_link import ShareLink
from posts.models.sharing import SeriesAuthor
from posts.models.snippet import Snippet, SnippetKind
from posts.models.tag import Tag, TagSynonym
from posts.models.topic import FeedTopic

__all__ = [
    "Answer",
    "Authorship",
    "Autosave",
    "Cause",
    "CoAuthorInvitation",
    "DayCount",
    "FeedTopic",
    "FormerAddress",
    "FormerPicture",
    "Image",
    "ImportedPost",
    "Kind",
    "Listing",
    "MissingAddress",
    "MonthCount",
    "Note",
    "PendingChange",
    "PictureMention",
    "Post",
    "PostTerm",
    "Presence",
    "RelatedPost",
    "RelatedTag",
    "RelatingWork",
    "Review",
    "Revision",
    "Series",
    "SeriesAuthor",
    "SeriesEntry",
    "SeriesInvitation",
    "ShareLink",
    "Snippet",
    "SnippetKind",
    "Tag",
    "TagSynonym",
    "Verdict",
    "Visibility",
]
