namespace OnnxInit.Training.Initialization;

/// <summary>
/// E[f(z)] for z ~ N(0, 1). A Gauss-Hermite rule over the whole line converges slowly where f has a kink, as the activations of networks do at
/// 0, at +-1 (hard tanh), at 3 or at 6; so the line is cut into panels of half a unit, with Gauss and Legendre's 16 nodes in each. A function that
/// is smooth within the panels is integrated to about 1e-15.
/// </summary>
internal static class GaussianQuadrature
{
    private const int NodesPerPanel = 16;
    private const double PanelWidth = 0.5;

    // The density at 16 deviations is 1e-56.
    private const double Reach = 16;

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre(NodesPerPanel);

    /// <summary>The expectation.</summary>
    /// <param name="function">f; it may grow like exp(z), and have kinks at multiples of 1/2.</param>
    public static double Expectation(Func<double, double> function)
    {
        double sum = 0;
        for (double left = -Reach; left < Reach; left += PanelWidth)
        {
            foreach ((double node, double weight) in Rule)
            {
                double z = left + (PanelWidth * (1 + node) / 2);
                sum += weight * PanelWidth / 2 * StandardNormal.Density(z) * function(z);
            }
        }

        return sum;
    }

    /// <summary>Nodes and weights on [-1, 1]: the roots of Legendre's polynomial by Newton's method.</summary>
    private static (double Node, double Weight)[] GaussLegendre(int count)
    {
        const int newtonSteps = 10;
        (double, double)[] rule = new (double, double)[count];
        for (int i = 0; i < count; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            double slope = 1;
            for (int step = 0; step < newtonSteps; step++)
            {
                (double value, double before) = (x, 1);
                for (int degree = 2; degree <= count; degree++)
                {
                    (value, before) = ((((2 * degree) - 1) * x * value / degree) - ((degree - 1) * before / degree), value);
                }

                slope = count * ((x * value) - before) / ((x * x) - 1);
                x -= value / slope;
            }

            rule[i] = (x, 2 / ((1 - (x * x)) * slope * slope));
        }

        return rule;
    }
}
