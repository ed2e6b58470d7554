using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ServerLib.Messaging;

namespace ServerLib.Hosting;

/// <summary>Finds the methods of a class that have <see cref="CallAttribute"/> or <see cref="EventAttribute"/>.</summary>
[RequiresDynamicCode("Compiles code.")]
[RequiresUnreferencedCode("Uses reflection.")]
internal static class CallClass
{
    private const string Suffix = "Async";

    /// <summary>The definitions of a class.</summary>
    /// <exception cref="InvalidOperationException">A method is not public or has type parameters, or no method has an attribute.</exception>
    public static IReadOnlyCollection<CallDefinition> Find(Type type)
    {
        List<CallDefinition> all = [];
        foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
        {
            if (method.GetCustomAttribute<CallAttribute>() is { } call)
                all.Add(Define(type, method, call.Name, call.Role, isEvent: false));
            if (method.GetCustomAttribute<EventAttribute>() is { } @event)
                all.Add(Define(type, method, @event.Name, @event.Role, isEvent: true));
        }

        return all.Count > 0 ? all : throw new InvalidOperationException($"{type} has no method with [Call] or [Event].");
    }

    private static CallDefinition Define(Type type, MethodInfo method, string? name, string? role, bool isEvent)
    {
        if (!method.IsPublic || method.IsGenericMethodDefinition)
            throw new InvalidOperationException($"{type}.{method.Name} must be public and have no type parameters.");
        string known = name ?? (method.Name.EndsWith(Suffix, StringComparison.Ordinal) && method.Name != Suffix ? method.Name[..^Suffix.Length] : method.Name);
        var definition = new CallDefinition(known, isEvent, services => new MethodBinder(known, services).Bind(type, method));
        if (role is not null)
            definition.Roles.Add([role]);
        return definition;
    }
}
