app_name = "comments"
urlpatterns: list[object] = []
