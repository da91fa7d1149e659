using System.Reflection;
using OnnxInit.Contracts;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>The method that computes a model: <c>call</c>, which runs hooks and forward, or forward alone where the model is no Module of types.</summary>
/// <param name="Method">The method.</param>
/// <param name="Defaults">Arguments after the inputs.</param>
internal sealed record ForwardMethod(MethodInfo Method, object?[] Defaults)
{
    /// <summary>Finds the method that takes so many tensors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">How many.</param>
    /// <exception cref="InvalidInputException">There is none; says what there is.</exception>
    public static ForwardMethod Of(nn.Module model, int inputs)
    {
        MethodInfo[] methods = [.. model.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(method => method.Name is "forward" or "call" && !method.IsGenericMethodDefinition)];
        MethodInfo? found = methods
            .Where(method => Takes(method.GetParameters(), inputs))
            .OrderBy(method => method.GetParameters().Length).ThenBy(method => method.Name == "call" ? 0 : 1).ThenBy(method => Depth(model.GetType(), method.DeclaringType!))
            .FirstOrDefault();
        return found is null
            ? throw new InvalidInputException($"{model.GetType().Name} has no forward that takes {inputs} tensor{(inputs == 1 ? string.Empty : "s")}; it has {Signatures(methods)}. Give an example for each of its inputs.")
            : new(found, [.. found.GetParameters().Skip(inputs).Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : null)]);
    }

    /// <summary>Runs it as it is, without recording.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The inputs.</param>
    public object? Invoke(nn.Module model, Tensor[] inputs) => Method.Invoke(model, BindingFlags.DoNotWrapExceptions, null, [.. inputs, .. Defaults], null);

    private static bool Takes(ParameterInfo[] parameters, int inputs) =>
        parameters.Length >= inputs
        && parameters.Take(inputs).All(parameter => parameter.ParameterType.IsAssignableFrom(typeof(Tensor)))
        && parameters.Skip(inputs).All(parameter => parameter.HasDefaultValue || parameter.ParameterType == typeof(Tensor) || Nullable.GetUnderlyingType(parameter.ParameterType) is not null);

    private static int Depth(Type type, Type declaring)
    {
        int depth = 0;
        for (Type? current = type; current is not null && current != declaring; current = current.BaseType)
        {
            depth++;
        }

        return depth;
    }

    private static string Signatures(MethodInfo[] methods) => methods.Length == 0 ? "none at all" : string.Join(" and ", methods.Where(method => method.Name == "forward" || methods.All(other => other.Name == "call"))
        .Select(method => $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"))})"));
}
