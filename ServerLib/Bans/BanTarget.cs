using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>The target of a ban: a user or a block of addresses.</summary>
public readonly record struct BanTarget
{
    private const string NamePrefix = "name:";

    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789./");

    private BanTarget(string text, string? name, AddressBlock block)
    {
        Text = text;
        Name = name;
        Block = block;
    }

    /// <summary>The target as text, in the form that <see cref="TryParse"/> reads.</summary>
    public string Text { get; }

    /// <summary>The user's name in the form in which names are compared; <see langword="null"/> for addresses.</summary>
    public string? Name { get; }

    /// <summary>The addresses, if <see cref="Name"/> is <see langword="null"/>.</summary>
    internal AddressBlock Block { get; }

    /// <summary>A text that is the same for all spellings of a target.</summary>
    internal string Key => Name is null ? Block.ToString() : NamePrefix + Name;

    /// <summary>
    /// Reads a name, an address or a range. A text that looks like an address must be a valid address, so that a mistyped address does not
    /// ban a user with that name. Write <c>name:10.0.0.1</c> for a user whose name looks like an address. Names cannot contain a colon.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="target">The target, if the text is valid.</param>
    /// <param name="problem">What is wrong with the text, if it is invalid.</param>
    public static bool TryParse(string? text, out BanTarget target, [NotNullWhen(false)] out string? problem)
    {
        target = default;
        problem = null;
        text ??= "";
        if (text.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase) || !LooksLikeAddress(text))
            return TryParseName(text, ref target, ref problem);
        if (!AddressBlock.TryParse(text, out AddressBlock block))
        {
            problem = $"'{TextSanitizer.Escape(text)}' is not a valid address or range (the bits after a range's prefix must be zero); "
                + $"write {NamePrefix}NAME if it is a user's name";
        }
        else if (block.IsLoopback)
            problem = $"'{text}' is a loopback address, which cannot be banned";
        else if (block.Prefix == 0)
            problem = $"'{text}' contains all addresses, which cannot be banned";
        else
            target = new BanTarget(block.ToString(), null, block);
        return problem is null;
    }

    /// <summary>Whether the ban applies to a connection.</summary>
    /// <param name="name">The user's name; empty before the login.</param>
    /// <param name="endPoint">Where the client connects from.</param>
    public bool Covers(string name, EndPoint endPoint)
    {
        if (Name is not null)
            return name.Length > 0 && UserName.Key(name) == Name;
        AddressBlock address = AddressBlock.Exactly(endPoint);
        return !address.IsLoopback && Block.Contains(address);
    }

    private static bool TryParseName(string text, ref BanTarget target, ref string? problem)
    {
        string name = text.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase) ? text[NamePrefix.Length..] : text;
        if (UserName.FindProblem(name) is { } rule)
        {
            problem = $"'{TextSanitizer.Escape(text)}' is not a name, address or range, such as ada, 203.0.113.7, 203.0.113.0/24 or "
                + $"2001:db8::/64. {rule}";
        }
        else
            target = new BanTarget(LooksLikeAddress(name) ? NamePrefix + name : name, UserName.Key(name), default);
        return problem is null;
    }

    private static bool LooksLikeAddress(string text) =>
        text.Contains(':') || (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(OfAddresses));
}
