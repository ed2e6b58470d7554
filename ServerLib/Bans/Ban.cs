using System.Globalization;

namespace ServerLib;

/// <summary>A ban of a user or of addresses.</summary>
/// <param name="Target">
/// A user's name, an address (<c>203.0.113.7</c>, <c>2001:db8::1</c>), or a range of addresses (<c>203.0.113.0/24</c>,
/// <c>2001:db8::/64</c>). A name that looks like an address has the prefix <c>name:</c>.
/// </param>
/// <param name="Until">When the ban ends; <see langword="null"/> if it does not end.</param>
/// <param name="Reason">The reason. Banned users see it when they are disconnected, or when they log in with the right password.</param>
public sealed record Ban(string Target, DateTimeOffset? Until = null, string Reason = "")
{
    /// <summary>Who created the ban: <c>console</c>, an admin's name, or <c>configuration</c>; empty if unknown.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When the ban was created. The server sets it.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The text for the banned user.</summary>
    internal string Notice
    {
        get
        {
            string until = Until is { } end
                ? string.Create(CultureInfo.InvariantCulture, $" until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
                : "";
            string reason = Reason.TrimEnd();
            string why = reason.Length > 0 ? $": {reason}" : "";
            string stop = why.EndsWith('.') || why.EndsWith('!') || why.EndsWith('?') ? "" : ".";
            return $"You are banned from this server{until}{why}{stop}";
        }
    }
}
