using System.Security.Cryptography;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ClientTests
{
    [TestMethod]
    public void Equality_is_of_name_address_and_key()
    {
        using RSA key = RSA.Create(2048);
        using RSA sameKey = RSA.Create(key.ExportParameters(includePrivateParameters: false));
        using RSA otherKey = RSA.Create(2048);
        var client = new Client("bob", "127.0.0.1:7", key);

        Assert.AreEqual(client, new Client("bob", "127.0.0.1:7", sameKey));
        Assert.AreEqual(client.GetHashCode(), new Client("bob", "127.0.0.1:7", sameKey).GetHashCode());
        Assert.AreNotEqual(client, new Client("bob", "127.0.0.1:7", otherKey));
        Assert.AreNotEqual(client, new Client("bob", "127.0.0.1:7"));
        Assert.AreNotEqual(client, new Client("rob", "127.0.0.1:7", key));
        Assert.AreNotEqual(client, new Client("bob", "127.0.0.1:8", key));
        Assert.AreEqual(new Client("", ""), new Client("", ""));
    }
}
