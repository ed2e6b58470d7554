namespace ServerLib.Administration.Commands;

/// <summary>A password for an account.</summary>
/// <param name="Text">The password.</param>
/// <param name="IsGenerated">Whether the server has generated it, so that the admin has to be told.</param>
internal sealed record NewPassword(string Text, bool IsGenerated)
{
    public override string ToString() => "(a password)";
}
