using System.Linq.Expressions;
using System.Reflection;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Forward hooks on modules of any number of inputs and any result.</summary>
internal static class OutputHook
{
    /// <summary>Calls back with every output of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="watch">Is given the output, and returns what takes its place; null leaves it.</param>
    /// <returns>Removes the hook; null if the module cannot be hooked.</returns>
    public static Action? Register(nn.Module module, Func<object?, Tensor?> watch)
    {
        if (module is nn.Module<Tensor, Tensor> usual)
        {
            return usual.register_forward_hook((_, _, output) => watch(output)!).remove;
        }

        Type? hookable = module.GetType();
        while (hookable is not null && !(hookable.IsGenericType && hookable.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>)))
        {
            hookable = hookable.BaseType;
        }

        if (hookable is null)
        {
            return null;
        }

        // (module, inputs..., output) => (TResult)Replace(watch, output): the hook's type names inputs and result.
        Type hookType = hookable.GetGenericArguments()[1];
        MethodInfo invoke = hookType.GetMethod(nameof(Action.Invoke))!;
        ParameterExpression[] parameters = [.. invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        MethodInfo replace = typeof(OutputHook).GetMethod(nameof(Replace), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(invoke.ReturnType);
        Delegate hook = Expression.Lambda(hookType, Expression.Call(replace, Expression.Constant(watch), parameters[^1]), parameters).Compile();
        object remover = hookable.GetMethod("register_forward_hook", [hookType])!.Invoke(module, [hook])!;
        return remover.GetType().GetMethod("remove")!.CreateDelegate<Action>(remover);
    }

    /// <summary>Calls back before every call of a module that takes one tensor and gives one.</summary>
    /// <param name="module">The module.</param>
    /// <param name="begin">Is called.</param>
    /// <returns>Removes the hook; null if the module is of another kind.</returns>
    public static Action? RegisterBefore(nn.Module module, Action begin) => module is nn.Module<Tensor, Tensor> usual
        ? usual.register_forward_pre_hook(_ => begin()).remove
        : null;

    private static TResult Replace<TResult>(Func<object?, Tensor?> watch, TResult output) => watch(output) is TResult other ? other : output;
}
