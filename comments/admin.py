"""The desk's pages for the conversation; each lives in comments/desk."""

from django.contrib import admin

from comments.desk.comments import CommentAdmin
from comments.desk.decisions import DecisionAdmin
from comments.desk.reports import ReportAdmin
from comments.desk.sanctions import SanctionAdmin
from comments.models import Comment, Decision, Report, Sanction

admin.site.register(Comment, CommentAdmin)
admin.site.register(Decision, DecisionAdmin)
admin.site.register(Report, ReportAdmin)
admin.site.register(Sanction, SanctionAdmin)
