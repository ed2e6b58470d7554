using System.Reflection;
using ServerLib.Connections;

namespace ServerLib.Tests.CodeRules;

/// <summary>
/// Only the login and the session itself write to the output of a link. All other code uses <see cref="Connection.Sink"/>, because what is
/// written to a link is lost with it, and is not counted.
/// </summary>
[TestClass]
public sealed class SessionOutputTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Allowed =
    [
        "Connection.FlushAsync", "Connection.get_Sink",
        "ConnectionLogin.TryResumeAsync",
        "ConnectionTraffic.Measure",
        "ConnectionWriter.EndIfTooSlow", "ConnectionWriter.SendLoginResult", "ConnectionWriter.SendServerKey", "ConnectionWriter.SendWelcome",
        "LoginReader.AllowsLogin", "LoginReader.OpenAsync",
        "ProtocolNegotiator.Classic",
        "ResumableSession..ctor", "ResumableSession.Attach",
    ];

    [TestMethod]
    public void Code_after_the_login_sends_to_the_session_and_not_to_its_link()
    {
        MethodInfo output = typeof(ConnectionLink).GetProperty(nameof(ConnectionLink.Output))!.GetMethod!;
        string[] users =
        [
            .. from type in typeof(ConnectionLink).Assembly.GetTypes()
               from method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared))
               where Calls(method, output)
               let name = NameOf(method)
               where !name.StartsWith(nameof(ConnectionLink) + ".", StringComparison.Ordinal)
               select name,
        ];

        CollectionAssert.AreEquivalent(Allowed, users.Distinct().ToArray(), string.Join(", ", users.Distinct().Order(StringComparer.Ordinal)));
    }

    private static bool Calls(MethodBase method, MethodInfo called)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            return false;
        Type[] typeArguments = method.DeclaringType!.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return IntermediateLanguage.Tokens(code).Any(token => method.Module.ResolveMember(token, typeArguments, methodArguments) == called);
    }

    /// <summary>The name in the source. The code of an async method is in a nested type, such as <c>&lt;RunAsync&gt;d__3</c>.</summary>
    private static string NameOf(MethodBase method)
    {
        Type type = method.DeclaringType!;
        return type.Name.StartsWith('<')
            ? $"{type.DeclaringType!.Name}.{type.Name[1..type.Name.IndexOf('>', StringComparison.Ordinal)]}"
            : $"{type.Name}.{method.Name}";
    }
}
