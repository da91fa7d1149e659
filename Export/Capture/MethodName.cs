using System.Reflection;

namespace OnnxInit.Export.Capture;

/// <summary>Methods as messages name them: as they were written, without the names that the compiler makes up for lambdas, local functions and iterators.</summary>
internal static class MethodName
{
    /// <summary>Type and name of a method.</summary>
    /// <param name="method">The method.</param>
    public static string Of(MethodBase method)
    {
        Type? type = method.DeclaringType;
        string name = method is ConstructorInfo ? "new"
            : method.Name == "MoveNext" && type is not null && Written(type.Name) is { } iterator ? iterator
            : Accessed(Written(method.Name) ?? method.Name);
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return type is null ? name : $"{type.Name.Split('`')[0]}.{name}";
    }

    // get_shape -> shape, op_Addition -> +; get_TensorItems -> this[]
    private static string Accessed(string name) => name switch
    {
        "get_TensorItems" or "set_TensorItems" => "this[]",
        _ when name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) => name[4..],
        _ => name,
    };

    // <forward>b__3_0 -> forward (lambda); <forward>g__Attend|3_0 -> Attend; <Pairs>d__5 -> Pairs; null for a name that was written.
    private static string? Written(string name)
    {
        int end = name.IndexOf('>', StringComparison.Ordinal);
        if (!name.StartsWith('<') || end < 0)
        {
            return null;
        }

        string outer = name[1..end];
        string kind = name[(end + 1)..];
        return kind.StartsWith("g__", StringComparison.Ordinal) ? kind[3..].Split('|')[0]
            : kind.StartsWith('b') ? $"{outer} (lambda)"
            : outer;
    }
}
