using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture;

/// <summary>Methods as messages name them: as they were written, without the names that the compiler makes up for lambdas, local functions and iterators.</summary>
internal static class MethodName
{
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_UnaryNegation"] = "-",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_OnesComplement"] = "~",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
    };

    /// <summary>Type and name of a method.</summary>
    /// <param name="method">The method.</param>
    public static string Of(MethodBase method)
    {
        if (Operators.TryGetValue(method.Name, out string? symbol))
        {
            return $"operator {symbol}";
        }

        if (method is MethodInfo { Name: "op_Explicit" or "op_Implicit" } cast)
        {
            return $"the cast to {cast.ReturnType.Name}";
        }

        Type? type = method.DeclaringType == typeof(TensorExtensionMethods) ? typeof(torch.Tensor) : method.DeclaringType;
        string name = method is ConstructorInfo ? "new"
            : method.Name == "MoveNext" && type is not null && Written(type.Name) is { } iterator ? iterator
            : Accessed(Written(method.Name) ?? method.Name);
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return type is null ? name : $"{type.Name.Split('`')[0]}.{name}";
    }

    // get_shape -> shape; get_TensorItems -> this[]
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
