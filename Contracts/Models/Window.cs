namespace OnnxInit.Contracts.Models;

/// <summary>The arithmetic that convolution and pooling share: a square window that slides over [C, H, W].</summary>
internal static class Window
{
    /// <summary>What is wrong with a window over this input, or null.</summary>
    public static string? Problem(IReadOnlyList<int> input, int kernelSize, int stride, int padding) =>
        input.Count != 3 ? $"takes [C, H, W] and is given {ModelSpec.Text(input)}"
        : kernelSize < 1 ? $"has kernelSize {kernelSize}; expected at least 1"
        : stride < 1 ? $"has stride {stride}; expected at least 1"
        : Math.Max(input[1], input[2]) + (2L * padding) > int.MaxValue ? $"has padding {padding}, which makes an axis longer than {int.MaxValue}"
        : kernelSize > input[1] + (2L * padding) || kernelSize > input[2] + (2L * padding)
            ? $"slides a {kernelSize}x{kernelSize} window over {ModelSpec.Text(input)} with padding {padding}; the window does not fit"
        : null;

    /// <summary>The number of positions in each direction.</summary>
    public static int[] Positions(IReadOnlyList<int> input, int kernelSize, int stride, int padding) =>
        [((input[1] + (2 * padding) - kernelSize) / stride) + 1, ((input[2] + (2 * padding) - kernelSize) / stride) + 1];
}
