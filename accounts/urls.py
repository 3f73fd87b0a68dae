"""Addresses of people's own pages, under /accounts/."""

from django.urls import path

from accounts.views import password, settings, signin, signup, username

app_name = "accounts"
urlpatterns = [
    path("login/", signin.SignIn.as_view(), name="login"),
    path("logout/", signin.SignOut.as_view(), name="logout"),
    path("signup/", signup.signup, name="signup"),
    path("signup/sent/", signup.letter_sent, name="signup_sent"),
    path("signup/<str:token>/", signup.signup_finish, name="signup_finish"),
    path("password/reset/", password.ResetAsk.as_view(), name="password_reset"),
    path("password/reset/sent/", signup.letter_sent, name="password_reset_done"),
    path(
        "password/reset/<uidb64>/<token>/",
        password.Reset.as_view(),
        name="password_reset_confirm",
    ),
    path("settings/", settings.profile, name="settings"),
    path("settings/preview/", settings.preview, name="settings_preview"),
    path("settings/username/", username.username, name="username"),
    path("settings/email/", settings.address, name="address"),
    path("settings/email/<str:token>/", settings.address_confirm, name="address_confirm"),
    path("settings/password/", password.Change.as_view(), name="password_change"),
    path("settings/sessions/", settings.sessions, name="sessions"),
]
