using System.Reflection;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>One name for one operation: <c>a + b</c>, <c>a.add(b)</c>, <c>a.add_(b)</c> and <c>torch.add(a, b)</c> are all <c>add</c>.</summary>
internal static class CanonicalNames
{
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "add",
        ["op_Subtraction"] = "sub",
        ["op_Multiply"] = "mul",
        ["op_Division"] = "div",
        ["op_Modulus"] = "remainder",
        ["op_UnaryNegation"] = "neg",
        ["op_Equality"] = "eq",
        ["op_Inequality"] = "ne",
        ["op_LessThan"] = "lt",
        ["op_LessThanOrEqual"] = "le",
        ["op_GreaterThan"] = "gt",
        ["op_GreaterThanOrEqual"] = "ge",
        ["op_BitwiseAnd"] = "bitwise_and",
        ["op_BitwiseOr"] = "bitwise_or",
        ["op_ExclusiveOr"] = "bitwise_xor",
        ["op_OnesComplement"] = "bitwise_not",
        ["op_LogicalNot"] = "logical_not",
        ["op_LeftShift"] = "bitwise_left_shift",
        ["op_RightShift"] = "bitwise_right_shift",
        ["op_Implicit"] = "tensor",
        ["get_TensorItems"] = "index",
        ["set_TensorItems"] = "index_put",
    };

    /// <summary>The canonical name of a method: of a module's forward the module type's name; in-place underscores and <c>get_</c> stripped.</summary>
    /// <param name="method">A method of TorchSharp, or the forward of a leaf module.</param>
    public static string Of(MethodBase method)
    {
        Type type = method.DeclaringType!;
        if (typeof(nn.Module).IsAssignableFrom(type) && !method.IsStatic && IsForward(method.Name))
        {
            return type.Name.Split('`')[0];
        }

        if (Operators.TryGetValue(method.Name, out string? known))
        {
            return known;
        }

        // TorchSharp's torch.var_mean(x) gives the standard deviation; x.var_mean() the variance.
        if (type == typeof(TorchSharp.torch) && method.Name == "var_mean" && method.GetParameters().Length == 2)
        {
            return "std_mean";
        }

        // The static torch.div does not hand its rounding_mode on; x.div does.
        if (type == typeof(TorchSharp.torch) && (method.Name is "div" or "divide" || (method.Name is "div_" or "divide_" && method.GetParameters()[1].ParameterType == typeof(Tensor))))
        {
            return "true_divide";
        }

        // TorchSharp's torch.erfinv(x) gives erf(x); x.erfinv() the inverse.
        if (type == typeof(TorchSharp.torch) && method.Name == "erfinv")
        {
            return "erf";
        }

        string name = method.Name.StartsWith("get_", StringComparison.Ordinal) ? method.Name[4..] : method.Name;
        name = IsInPlaceName(name) ? name[..^1] : name;
        return type == typeof(special) ? $"special_{name}" : type == typeof(linalg) ? $"linalg_{name}" : type == typeof(fft) ? $"fft_{name}" : name;
    }

    /// <summary>Whether a module's method of this name is what the module computes: <c>forward_with_indices</c> is a pool's forward with a second result.</summary>
    /// <param name="name">The method's name.</param>
    public static bool IsForward(string name) => name is "forward" or "call" or "forward_with_indices";

    /// <summary>Whether a name says that the operation writes to its operand.</summary>
    /// <param name="name">The method's name.</param>
    public static bool IsInPlaceName(string name) => name.EndsWith('_') && !name.EndsWith("__", StringComparison.Ordinal);
}
