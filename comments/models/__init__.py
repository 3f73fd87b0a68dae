from comments.models.comment import Comment
from comments.models.decision import Action, Decision
from comments.models.like import CommentLike, PostLike
from comments.models.report import Report
from comments.models.sanction import Sanction

__all__ = ["Action", "Comment", "CommentLike", "Decision", "PostLike", "Report", "Sanction"]
