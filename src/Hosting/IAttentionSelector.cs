using System.Diagnostics.CodeAnalysis;

namespace AttentionGen.Hosting;

/// <summary>Picks backends as the application's configuration says, and logs what it picked. Safe to call from several threads.</summary>
public interface IAttentionSelector
{
    /// <summary>
    /// Selects a backend for a request: the one that the request names, else the one that the configuration names for it, else
    /// the one that the environment variable <c>ATTENTION_BACKEND</c> names, else the best that supports all that is asked.
    /// </summary>
    /// <param name="request">What the model and the device ask for.</param>
    /// <returns>The winner, with a verdict on every candidate. The same question is answered from memory after the first time.</returns>
    /// <exception cref="InvalidAttentionRequestException">The request contradicts itself.</exception>
    /// <exception cref="UnknownBackendException">A backend is named that is not registered.</exception>
    /// <exception cref="BackendSelectionException">
    /// The named backend does not support the request, or no candidate does; the message gives every reason. Or the configuration
    /// chooses by what the request leaves open.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is wrong; the message gives every failure.</exception>
    [SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The registry's own name for it; Visual Basic can escape it.")]
    Selection Select(AttentionRequest request);
}
