import subprocess


def grep(pattern: str) -> str:
    line = f"rg -n '{pattern}' src"
    return subprocess.check_output(line, shell=True, text=True)


def version() -> str:
    return subprocess.check_output("rg --version", shell=True, text=True)
