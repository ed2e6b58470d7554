using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Clients;

/// <summary>The serializer of clients whose options set none. They share it, because it keeps what it knows about types.</summary>
internal static class DefaultSerializer
{
    public const string Reflection = "The default serializer uses reflection. Pass a JsonTypeInfo.";

    private static JsonBodySerializer? _shared;

    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public static IBodySerializer Of(ServerClientOptions options) => options.BodySerializer ?? (_shared ??= new JsonBodySerializer());
}
