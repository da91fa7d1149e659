namespace OnnxInit.Contracts.Runs;

/// <summary>What a classifier's logits say about one image.</summary>
/// <param name="Class">The first of the greatest logits that are numbers; -1 where all are NaN.</param>
/// <param name="Margin">How far the next logit is below it; 0 where one of the two is not finite.</param>
public readonly record struct Prediction(int Class, double Margin)
{
    /// <summary>Reads the logits of one image.</summary>
    /// <param name="logits">[K].</param>
    public static Prediction Of(ReadOnlySpan<float> logits)
    {
        int top = -1;
        int second = -1;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                continue;
            }

            if (top < 0 || logits[i] > logits[top])
            {
                (top, second) = (i, top);
            }
            else if (second < 0 || logits[i] > logits[second])
            {
                second = i;
            }
        }

        double margin = second < 0 ? 0 : (double)logits[top] - logits[second];
        return new(top, double.IsFinite(margin) ? margin : 0);
    }

    /// <summary>The probabilities of the classes: p[i] = exp(x[i]) / sum(exp(x)), softmax, in float64 and without overflow.</summary>
    /// <param name="logits">[K]. A NaN has no share; infinite ones share everything.</param>
    /// <param name="probabilities">[K], filled; all 0 where every logit is NaN or minus infinity.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Softmax(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        if (logits.Length != probabilities.Length)
        {
            throw new ArgumentException($"{logits.Length} logits have as many probabilities, and there is room for {probabilities.Length}.", nameof(probabilities));
        }

        float greatest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            greatest = logit > greatest ? logit : greatest; // false for NaN
        }

        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = float.IsNaN(logits[i]) || float.IsNegativeInfinity(greatest) ? 0
                : float.IsPositiveInfinity(greatest) ? (float.IsPositiveInfinity(logits[i]) ? 1 : 0)
                : Math.Exp((double)logits[i] - greatest);
            sum += probabilities[i];
        }

        for (int i = 0; sum > 0 && i < probabilities.Length; i++)
        {
            probabilities[i] /= sum;
        }
    }
}
