using System.Globalization;

namespace ServerLib;

/// <summary>Who is not let in.</summary>
/// <param name="Target">
/// A user's name, an address (<c>203.0.113.7</c>, <c>2001:db8::1</c>), or a range of them (<c>203.0.113.0/24</c>, <c>2001:db8::/64</c>). What
/// reads like an address is one; a name that does is written with <c>name:</c> in front.
/// </param>
/// <param name="Until">When the ban ends; <see langword="null"/> for never.</param>
/// <param name="Reason">Why; who is logged in when he is banned, and who is banned by name, is told.</param>
public sealed record Ban(string Target, DateTimeOffset? Until = null, string Reason = "")
{
    /// <summary>Who has banned: <c>console</c>, an admin's name, or <c>configuration</c>; empty when that is not known.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>Since when; the server sets it.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>What whoever is banned is told.</summary>
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
