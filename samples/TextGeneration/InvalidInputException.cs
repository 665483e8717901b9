namespace TextGeneration;

/// <summary>
/// The user gave something that cannot be used: a path, a model folder, a file in it, an option.
/// The message alone has to be enough to put it right: what was asked for, what was found, what is accepted.
/// The program prints it without a stack trace and exits with code 2; every other exception is a defect.
/// </summary>
internal sealed class InvalidInputException : Exception
{
    public InvalidInputException(string message)
        : base(message)
    {
    }

    public InvalidInputException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
