using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace ServerLib.Messaging;

/// <summary>The results of methods: nothing or a value, at once or later.</summary>
[RequiresDynamicCode("Compiles code.")]
[RequiresUnreferencedCode("Uses reflection.")]
internal static class ResultType
{
    /// <summary>The type of the result of a method that returns <paramref name="type"/>; <see langword="null"/> if there is none.</summary>
    public static Type? Of(Type type)
    {
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            return null;
        return IsTask(type) ? type.GenericTypeArguments[0] : type;
    }

    /// <summary>Makes a call one that returns <c>ValueTask&lt;T&gt;</c>.</summary>
    public static Expression ToValueTask(Expression call, Type result)
    {
        Type type = call.Type;
        if (type == typeof(void))
            return Expression.Block(call, Expression.Default(typeof(ValueTask<Nothing>)));
        if (type == typeof(Task) || type == typeof(ValueTask))
            return Expression.Call(typeof(ResultType).GetMethod(nameof(AwaitAsync), BindingFlags.NonPublic | BindingFlags.Static, [type])!, call);
        if (!IsTask(type))
            return Expression.New(typeof(ValueTask<>).MakeGenericType(result).GetConstructor([result])!, call);
        return type.GetGenericTypeDefinition() == typeof(ValueTask<>)
            ? call
            : Expression.New(typeof(ValueTask<>).MakeGenericType(result).GetConstructor([type])!, call);
    }

    private static bool IsTask(Type type) =>
        type.IsConstructedGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static async ValueTask<Nothing> AwaitAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return default;
    }

    private static async ValueTask<Nothing> AwaitAsync(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return default;
    }
}
