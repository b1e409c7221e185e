"""The commands of `wres` for whoever adds the DAGs to an Airflow of their own."""

import typer

airflow = typer.Typer(no_args_is_help=True, help="The DAGs, for an Airflow of your own.")


@airflow.command("dags-folder")
def dags_folder() -> None:
    """Print the folder that holds the DAGs: name it in Airflow's dags_folder, or link to it from yours."""
    from wres.settings import package_data

    typer.echo(package_data("dags"))
