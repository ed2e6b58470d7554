using System.Net;
using System.Text;

namespace ServerLib.PostgreSql;

/// <summary>Texts as PostgreSQL can store them.</summary>
internal static class StoredText
{
    /// <summary>Replaces zero characters and lone surrogates, which PostgreSQL refuses.</summary>
    public static string From(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\ufffd');

    /// <returns><c>127.0.0.1:52814</c>, <c>[::1]:52814</c>, or the text of another kind of end point; empty for none.</returns>
    public static string From(EndPoint? address) => address switch
    {
        null => "",
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        _ => From(address.ToString() ?? ""),
    };
}
