using System.Net;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class CredentialsTests
{
    [TestMethod]
    public void ToString_never_prints_the_password()
    {
        var credentials = new Credentials("bob\n", "hunter2", new IPEndPoint(IPAddress.Loopback, 7));

        Assert.AreEqual("bob\\n@127.0.0.1:7", credentials.ToString());
    }
}
