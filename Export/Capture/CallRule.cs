using System.Collections.Concurrent;
using System.Reflection;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>What is known of a method before it is called; made once per method.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="Kind">What it is to a capture.</param>
/// <param name="ParameterNames">The names of its arguments, the receiver included.</param>
/// <param name="IsModule">Whether it is a module's forward; the module is then the first argument.</param>
/// <param name="WritesByName">Whether its name says that it writes to its first tensor.</param>
/// <param name="InPlaceFlag">The position of its argument <c>inplace</c>; -1 where it has none.</param>
internal sealed record CallRule(string Name, CallKind Kind, string[] ParameterNames, bool IsModule, bool WritesByName, int InPlaceFlag)
{
    private static readonly ConcurrentDictionary<MethodBase, CallRule> Rules = [];
    private static readonly ConcurrentDictionary<Type, Func<nn.Module, bool>> InPlaceModules = [];

    private static readonly HashSet<string> ShapeReads =
    [
        "get_shape", "size", "get_ndim", "dim", "ndimension", "get_dtype", "get_device", "get_device_type", "get_device_index", "numel", "get_NumberOfElements",
        "get_Dimensions", "get_ElementSize", "element_size", "stride", "is_contiguous", "is_floating_point", "is_complex", "is_integral", "IsIntegral", "IsFloatingPoint",
        "get_requires_grad", "get_IsInvalid", "get_is_leaf", "get_layout", "get_is_sparse", "get_is_cuda", "get_is_cpu", "get_is_meta", "get_is_mps", "get_Size", "IntShape",
        "GetHashCode", "GetType", "get_grad_fn", "is_quantized", "get_is_coalesced", "storage_offset", "get_Handle", "get_handle", "is_nonzero_shape", "get_names", "has_names",
        "result_type", "get_itemsize", "get_nbytes", "is_same_size", "get_OwningDisposeScope", "get_grad", "promote_types", "can_cast", "is_tensor", "is_storage", "get_IsSparse",
    ];

    private static readonly HashSet<string> Neutrals =
    [
        "Dispose", "MoveToOuterDisposeScope", "DetachFromDisposeScope", "DetatchFromDisposeScope", "MoveToOtherDisposeScope", "requires_grad_", "retain_grad", "DecoupleFromNativeHandle",
        "set_requires_grad", "MoveToOuter", "MoveToOther", "Attach", "Detach", "Include",
    ];

    private static readonly HashSet<string> RandomNames =
    [
        "rand", "randn", "randint", "rand_like", "randn_like", "randint_like", "randperm", "bernoulli", "normal", "uniform", "multinomial", "poisson", "exponential", "cauchy",
        "geometric", "log_normal", "random", "trunc_normal", "binomial", "sample", "rsample", "sample_n", "gumbel_softmax", "FractionalMaxPool2d", "FractionalMaxPool3d",
        "fractional_max_pool2d", "fractional_max_pool3d", "fractional_max_pool2d_with_indices", "fractional_max_pool3d_with_indices",
        "kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "orthogonal", "sparse_init",
    ];

    /// <summary>The rule of a method.</summary>
    /// <param name="method">A method or constructor that was called.</param>
    public static CallRule Of(MethodBase method) => Rules.GetOrAdd(method, Make);

    /// <summary>The position of the tensor that a call writes to; -1 where it writes to none.</summary>
    /// <param name="arguments">The arguments, as they were boxed.</param>
    public int Target(object?[] arguments)
    {
        int first = IsModule ? 1 : 0;
        bool writes = WritesByName || (InPlaceFlag >= 0 && arguments[InPlaceFlag] is true) || (IsModule && arguments[0] is nn.Module module && IsInPlace(module));
        return writes && first < arguments.Length && arguments[first] is Tensor ? first : -1;
    }

    private static CallRule Make(MethodBase method)
    {
        string name = CanonicalNames.Of(method);
        ParameterInfo[] parameters = method.GetParameters();
        List<string> names = [.. parameters.Select(parameter => parameter.Name ?? string.Empty)];
        bool isModule = typeof(nn.Module).IsAssignableFrom(method.DeclaringType) && !method.IsStatic && !method.IsConstructor && CanonicalNames.IsForward(method.Name);
        bool hasReceiver = !method.IsStatic && !method.IsConstructor;
        if (names.Count > 0 && typeof(Tensor).IsAssignableFrom(parameters[0].ParameterType) && (!hasReceiver || isModule))
        {
            names[0] = "input";
        }

        if (hasReceiver)
        {
            names.Insert(0, isModule ? "module" : "input");
        }

        return new(
            name, KindOf(method, name), [.. names], isModule,
            (CanonicalNames.IsInPlaceName(method.Name) && method.DeclaringType != typeof(fft)) || method.Name == "set_TensorItems", // fft.fft_ has its underscore of C#'s rules
            names.IndexOf("inplace"));
    }

    private static CallKind KindOf(MethodBase method, string name)
    {
        Type type = method.DeclaringType!;
        if (Neutrals.Contains(method.Name) || type == typeof(TensorIndex) || typeof(IDisposable).IsAssignableFrom(type) && method.IsConstructor || type.Name.StartsWith("DisposeScope", StringComparison.Ordinal))
        {
            return CallKind.Neutral;
        }

        if (typeof(nn.Module).IsAssignableFrom(type) && (method.Name is "register_parameter" or "register_buffer" or "load_state_dict" || (method.IsSpecialName && method.Name.StartsWith("set_", StringComparison.Ordinal)))
            && method.GetParameters().Any(parameter => MayHoldTensors(parameter.ParameterType)))
        {
            return CallKind.Replacement;
        }

        if (RandomNames.Contains(name))
        {
            return CallKind.Random;
        }

        Type result = method is MethodInfo info ? info.ReturnType : typeof(void);
        bool givesTensors = MayHoldTensors(result) || method.Name == "set_TensorItems" || method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef && MayHoldTensors(parameter.ParameterType.GetElementType()!));
        return givesTensors || typeof(nn.Module).IsAssignableFrom(result) ? CallKind.Operation
            : ShapeReads.Contains(method.Name) || (typeof(nn.Module).IsAssignableFrom(type) && method.IsSpecialName) ? CallKind.ShapeRead
            : CallKind.DataRead;
    }

    private static bool MayHoldTensors(Type type) =>
        typeof(Tensor).IsAssignableFrom(type) || type == typeof(object)
        || (type.IsArray && MayHoldTensors(type.GetElementType()!))
        || (type.IsGenericType && type.GetGenericArguments().Any(MayHoldTensors));

    private static bool IsInPlace(nn.Module module) => InPlaceModules.GetOrAdd(module.GetType(), static type =>
    {
        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            if (declaring.GetProperty("inplace", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is { } property && property.PropertyType == typeof(bool))
            {
                return module => (bool)property.GetValue(module)!;
            }
        }

        return _ => false;
    })(module);
}
