using System.Reflection;

namespace ServerLib.Tests.CodeRules;

/// <summary>Finds the types that a compiled type references in its declaration, in signatures and in code.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The types of the same assembly that <paramref name="type"/> and its nested types reference.</summary>
    public static IEnumerable<TypeReference> Of(Type type) =>
        OfOne(type)
            .Concat(type.GetNestedTypes(Declared).SelectMany(OfOneAndNested))
            .SelectMany(found => Parts(found.To).Select(part => new TypeReference(type, found.Member, Outermost(part, type))))
            .Where(found => found.To != type && found.To.Assembly == type.Assembly)
            .Distinct();

    /// <summary>The outermost type. Generated state machines and closures are nested in it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="within">A type at which to stop, for tests with nested types.</param>
    private static Type Outermost(Type type, Type within)
    {
        while (type.DeclaringType is { } outer && type != within && outer != within.DeclaringType)
            type = outer;
        return type;
    }

    private static IEnumerable<(string Member, Type To)> OfOneAndNested(Type type) =>
        OfOne(type).Concat(type.GetNestedTypes(Declared).SelectMany(OfOneAndNested));

    private static IEnumerable<(string Member, Type To)> OfOne(Type type)
    {
        IEnumerable<Type> declaration = type.GetInterfaces()
            .Concat(type.BaseType is { } parent ? [parent] : [])
            .Concat(type.GetGenericArguments().Where(a => a.IsGenericParameter).SelectMany(a => a.GetGenericParameterConstraints()))
            .Concat(Attributes(type));
        return declaration.Select(used => (Readable(type.Name), used))
            .Concat(type.GetMembers(Declared).SelectMany(member => OfMember(member).Select(used => (MemberName(type, member), used))));
    }

    private static IEnumerable<Type> OfMember(MemberInfo member) => Attributes(member).Concat(member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo e => [e.EventHandlerType!],
        MethodBase method => OfMethod(method),
        _ => [],
    });

    private static IEnumerable<Type> OfMethod(MethodBase method)
    {
        Type[] typeArguments = method.DeclaringType!.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        IEnumerable<Type> signature = method.GetParameters().Select(p => p.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var returned } ? [returned] : [])
            .Concat(methodArguments.SelectMany(a => a.GetGenericParameterConstraints()));
        if (method.GetMethodBody() is not { } body)
            return signature;
        return signature
            .Concat(body.LocalVariables.Select(local => local.LocalType))
            .Concat(body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType!))
            .Concat(IntermediateLanguage.Tokens(body.GetILAsByteArray()!)
                .SelectMany(token => OfUsed(method.Module.ResolveMember(token, typeArguments, methodArguments)!)));
    }

    private static IEnumerable<Type> OfUsed(MemberInfo used) => (used is Type type ? [type] : new[] { used.DeclaringType! }).Concat(used switch
    {
        FieldInfo field => [field.FieldType],
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType), .. method.GetGenericArguments()],
        ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
        _ => [],
    });

    private static IEnumerable<Type> Attributes(MemberInfo member) =>
        member.GetCustomAttributesData().SelectMany(a => a.ConstructorArguments.Select(c => c.Value).OfType<Type>().Append(a.AttributeType));

    /// <summary>The parts of a type: <c>Task&lt;Client[]&gt;</c> gives <c>Task</c> and <c>Client</c>.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
            return Parts(type.GetElementType()!);
        if (type.IsGenericParameter)
            return [];
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }

    /// <summary>The name in the source. The compiler turns <c>RunAsync</c> into <c>&lt;RunAsync&gt;d__3</c>.</summary>
    private static string MemberName(Type type, MemberInfo member) =>
        type.Name.StartsWith('<') && type.Name.IndexOf('>', StringComparison.Ordinal) > 1 ? Readable(type.Name) : Readable(member.Name);

    private static string Readable(string name)
    {
        int end = name.IndexOf('>', StringComparison.Ordinal);
        return name.StartsWith('<') && end > 1 ? name[1..end] : name;
    }
}
