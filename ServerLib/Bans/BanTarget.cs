using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Bans;

/// <summary>Whom a ban is about: a user, or a block of addresses.</summary>
internal readonly record struct BanTarget
{
    private const string NamePrefix = "name:";

    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789./");

    private BanTarget(string text, string? name, AddressBlock block)
    {
        Text = text;
        Name = name;
        Block = block;
    }

    /// <summary>As it is shown, and read again.</summary>
    public string Text { get; }

    /// <summary>The user's name in the form in which names are compared; <see langword="null"/> when it is about addresses.</summary>
    public string? Name { get; }

    /// <summary>The addresses, when it is about those.</summary>
    public AddressBlock Block { get; }

    /// <summary>The same for the same subject, however it was written.</summary>
    public string Key => Name is null ? Block.ToString() : NamePrefix + Name;

    /// <summary>
    /// Reads a name, an address or a range. A typing error in an address must not become the ban of a user of that name, so what reads like
    /// one has to be one, and a user who is called like that is written <c>name:10.0.0.1</c>: no name has a colon.
    /// </summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="subject">What was meant.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string? text, out BanTarget subject, [NotNullWhen(false)] out string? problem)
    {
        subject = default;
        problem = null;
        text ??= "";
        if (text.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase) || !LooksLikeAddress(text))
            return TryParseName(text, ref subject, ref problem);
        if (!AddressBlock.TryParse(text, out AddressBlock block))
        {
            problem = $"'{TextSanitizer.Escape(text)}' reads like an address and is none (a range's bits behind its prefix have to be zero); "
                + $"a user's name that reads like one is written {NamePrefix}NAME";
        }
        else if (block.IsLoopback)
            problem = $"'{text}' is this machine, which is never banned";
        else if (block.Prefix == 0)
            problem = $"'{text}' is everyone";
        else
            subject = new BanTarget(block.ToString(), null, block);
        return problem is null;
    }

    /// <summary>Whether it is about this user, or about where he is.</summary>
    /// <param name="name">The user's name; empty for one who has not logged in.</param>
    /// <param name="endPoint">Where he is.</param>
    public bool Covers(string name, EndPoint endPoint)
    {
        if (Name is not null)
            return name.Length > 0 && UserName.Key(name) == Name;
        AddressBlock address = AddressBlock.Exactly(endPoint);
        return !address.IsLoopback && Block.Contains(address);
    }

    private static bool TryParseName(string text, ref BanTarget subject, ref string? problem)
    {
        string name = text.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase) ? text[NamePrefix.Length..] : text;
        if (!UserName.IsValid(name))
            problem = $"'{TextSanitizer.Escape(text)}' is no name, address or range: ada, 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64";
        else
            subject = new BanTarget(LooksLikeAddress(name) ? NamePrefix + name : name, UserName.Key(name), default);
        return problem is null;
    }

    private static bool LooksLikeAddress(string text) =>
        text.Contains(':') || (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(OfAddresses));
}
