using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Which addresses count as one, and which are exempt.</summary>
internal sealed class PenalizedAddresses
{
    private volatile AddressBlock[] _exempt;
    private readonly int _ipv4Prefix;
    private readonly bool _exemptLoopback;

    /// <exception cref="ServerLibException"><see cref="LoginOptions.PenaltyExempt"/> contains an invalid address.</exception>
    public PenalizedAddresses(ServerOptions options)
    {
        _ipv4Prefix = options.Login.PenaltyIPv4Prefix;
        _exemptLoopback = options.Limits.ExemptLoopback;
        _exempt = Exempt(options.Login);
    }

    /// <summary>Changes which addresses are exempt.</summary>
    public void Change(LoginOptions options) => _exempt = Exempt(options);

    private static AddressBlock[] Exempt(LoginOptions options) =>
        [.. options.PenaltyExempt.Select(text => AddressBlock.TryParse(text, out AddressBlock block)
            ? block
            : throw new ServerLibException(
                $"{nameof(LoginOptions.PenaltyExempt)}: '{TextSanitizer.Escape(text ?? "")}' is not an address or a range of addresses"))];

    /// <summary>The addresses that count as one with <paramref name="address"/>. An end point without IP address counts as loopback.</summary>
    public AddressBlock BlockOf(EndPoint? address) => AddressBlock.Of(address ?? new IPEndPoint(IPAddress.Loopback, 0), _ipv4Prefix);

    /// <summary>Finds the addresses that count as one with <paramref name="address"/>, unless it is exempt.</summary>
    public bool TryFind(EndPoint? address, out AddressBlock block)
    {
        block = default;
        if (address is not IPEndPoint ip)
            return false;
        var single = AddressBlock.Of(ip.Address, 32, 128);
        if (_exemptLoopback && single.IsLoopback)
            return false;
        foreach (AddressBlock range in _exempt)
        {
            if (range.Contains(single))
                return false;
        }

        block = BlockOf(ip);
        return true;
    }
}
